--! title: is_referred_to
-- Contract: whether a foreign key refers to the table.
-- Errors: 42P01 there is no such table.
-- Cost: a look-up.
CREATE OR REPLACE FUNCTION is_referred_to(p_table text)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = public, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND confrelid = p_table::regclass)
$$;

COMMENT ON FUNCTION is_referred_to(text) IS 'Whether a foreign key refers to the table.';
ALTER FUNCTION is_referred_to(text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION is_referred_to(text) FROM PUBLIC;
