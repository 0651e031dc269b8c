--! title: segment_first_moment
-- Contract: the first moment of an ISO date, as text with its zone. A bare date is a whole day and a time without a
--   zone is UTC, in whatever time zone the session is.
-- Errors: none; the date was checked.
-- Cost: none worth naming.
CREATE OR REPLACE FUNCTION segment_first_moment(p_date text)
RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = public, pg_temp
AS $$
  SELECT CASE
    WHEN length(p_date) = length('YYYY-MM-DD') THEN p_date || 'T00:00:00Z'
    WHEN p_date ~ '(Z|[+-][0-9]{2}:[0-9]{2})$' THEN p_date
    ELSE p_date || 'Z'
  END
$$;

COMMENT ON FUNCTION segment_first_moment(text) IS 'The first moment of a date, with its time zone.';
ALTER FUNCTION segment_first_moment(text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION segment_first_moment(text) FROM PUBLIC;
