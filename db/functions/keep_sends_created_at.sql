--! title: keep_sends_created_at
-- Contract: trigger of campaigns: the moment that all sends of a campaign share stays as it was first set. With another
--   one, the unique key of the sends would let every lead in again.
-- Errors: 42501 always; its trigger asks whether the moment changes and who does it.
-- Cost: none unless an update names the column.
CREATE OR REPLACE FUNCTION keep_sends_created_at() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'sends_created_at of campaign % is set already', OLD.id
    USING ERRCODE = '42501', HINT = 'All sends of a campaign share it; it is set once.';
END
$$;

COMMENT ON FUNCTION keep_sends_created_at() IS 'Trigger: refuses another sends_created_at than the first.';
ALTER FUNCTION keep_sends_created_at() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION keep_sends_created_at() FROM PUBLIC;
