--! title: like_literal
-- Contract: the text as a LIKE pattern that matches it alone.
-- Errors: none.
-- Cost: none.
CREATE OR REPLACE FUNCTION like_literal(p_text text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
  SELECT regexp_replace(p_text, '([\\%_])', '\\\1', 'g')
$$;

COMMENT ON FUNCTION like_literal(text) IS 'The text as a LIKE pattern that matches it alone.';
ALTER FUNCTION like_literal(text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION like_literal(text) FROM PUBLIC;
