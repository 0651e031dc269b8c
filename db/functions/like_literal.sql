--! title: like_literal
-- Contract: the text as a LIKE pattern that matches it alone.
-- Errors: none.
-- Cost: none. Parsed once, here (RETURN), and written with E'': the session's standard_conforming_strings has no say.
CREATE OR REPLACE FUNCTION like_literal(p_text text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN replace(replace(replace(p_text, E'\\', E'\\\\'), '%', E'\\%'), '_', E'\\_');

COMMENT ON FUNCTION like_literal(text) IS 'The text as a LIKE pattern that matches it alone.';
ALTER FUNCTION like_literal(text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION like_literal(text) FROM PUBLIC;
