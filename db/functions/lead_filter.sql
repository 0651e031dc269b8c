--! title: lead_filter
-- Contract: the WHERE clause of a list or search, over leads; an argument that is NULL filters nothing.
--   p_term is contained in e-mail, name or company, ignoring case; its %, _ and \ stand for themselves.
--   p_tags are all among the lead's, in any case, as in a segment.
-- Errors: 22023 a text of p_term or p_tags is too long, or p_tags has too many, see long_text_fault; p_tags has NULL;
--   no lead can have p_status or p_source.
-- Cost: builds text. Values are quoted literals: the planner sees them and can use partial indexes.
CREATE OR REPLACE FUNCTION lead_filter(
  p_workspace_id uuid, p_term text, p_status text, p_source text, p_tags text[]
) RETURNS text
LANGUAGE plpgsql IMMUTABLE
SET search_path = public, pg_temp
AS $$
DECLARE
  fault constant text := coalesce(
    'p_term: ' || long_text_fault(p_term),
    'p_tags: ' || long_text_fault(VARIADIC p_tags),
    CASE WHEN EXISTS (SELECT FROM unnest(p_tags) AS tag WHERE tag IS NULL) THEN 'p_tags: has NULL' END,
    CASE WHEN p_status NOT IN ('active', 'unsubscribed', 'bounced', 'complained')
      THEN 'p_status: not one of active, unsubscribed, bounced, complained' END,
    CASE WHEN p_source NOT IN ('form', 'import', 'api', 'webhook', 'manual')
      THEN 'p_source: not one of form, import, api, webhook, manual' END);
BEGIN
  IF fault IS NOT NULL THEN
    RAISE EXCEPTION '%', fault USING ERRCODE = '22023';
  END IF;
  RETURN concat_ws(' AND ',
    format('workspace_id = %L', p_workspace_id),
    CASE WHEN p_status IS NOT NULL THEN format('status = %L', p_status) END,
    CASE WHEN p_source IS NOT NULL THEN format('source = %L', p_source) END,
    CASE WHEN p_tags IS NOT NULL THEN format('tags::citext[] @> %L::citext[]', p_tags) END,
    CASE WHEN p_term IS NOT NULL THEN
      format('(email::text ILIKE %1$L OR name ILIKE %1$L OR company ILIKE %1$L)', '%' || like_literal(p_term) || '%')
    END);
END
$$;

COMMENT ON FUNCTION lead_filter(uuid, text, text, text, text[]) IS 'The WHERE clause of a list or search of leads.';
ALTER FUNCTION lead_filter(uuid, text, text, text, text[]) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION lead_filter(uuid, text, text, text, text[]) FROM PUBLIC;
