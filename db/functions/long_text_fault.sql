--! title: long_text_fault
-- Contract: why these texts of a search or a segment are too much, or NULL when they are not: one is longer than 1,000
--   characters, or they are more than 1,000. The planner tries a pattern on every value its statistics hold and keeps
--   what it makes of it, 1.5 kB for each character: five million of them took the server's whole memory, and no cancel
--   reached it. The application checks the same in db/phases/00-base/long-text.ts.
-- Errors: none.
-- Cost: none worth naming.
CREATE OR REPLACE FUNCTION long_text_fault(VARIADIC p_texts text[])
RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = public, pg_temp
AS $$
  SELECT CASE
    WHEN cardinality(p_texts) > 1000 THEN 'more than 1,000 texts'
    WHEN EXISTS (SELECT FROM unnest(p_texts) AS text WHERE length(text) > 1000) THEN 'longer than 1,000 characters'
  END
$$;

COMMENT ON FUNCTION long_text_fault(text[]) IS 'Why texts of a search or a segment are too long; NULL when they are not.';
ALTER FUNCTION long_text_fault(text[]) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION long_text_fault(text[]) FROM PUBLIC;
