--! title: segment_term_share
-- Contract: the share of all leads that have the term (field_terms), as the last ANALYZE saw it; NULL when it is rare, or
--   nothing was analyzed yet.
-- Errors: none.
-- Cost: 0.5 to 0.8 ms, to read a thousand frequent terms.
CREATE OR REPLACE FUNCTION segment_term_share(p_term text)
RETURNS real
LANGUAGE sql STABLE
SET search_path = public, pg_temp
AS $$
  SELECT most_common_elem_freqs[array_position(most_common_elems::text::text[], p_term)]
  FROM pg_stats
  WHERE schemaname = 'public' AND tablename = 'idx_leads_custom_fields'
$$;

COMMENT ON FUNCTION segment_term_share(text) IS 'The share of leads that have a term, as far as statistics know.';
ALTER FUNCTION segment_term_share(text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION segment_term_share(text) FROM PUBLIC;
