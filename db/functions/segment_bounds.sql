--! title: segment_not_before, segment_not_after
-- Contract: the SQL of a column on one side of an ISO date, the date included. A bare date is a whole day
--   and a time without a zone is UTC, in whatever time zone the session is.
-- Errors: none; the date was checked.
-- Cost: none worth naming.
CREATE OR REPLACE FUNCTION segment_first_moment(p_date text)
RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = public, pg_temp
AS $$
  SELECT CASE
    WHEN length(p_date) = length('YYYY-MM-DD') THEN p_date || 'T00:00:00Z'
    WHEN p_date ~ '(Z|[+-]\d\d:\d\d)$' THEN p_date
    ELSE p_date || 'Z'
  END
$$;

CREATE OR REPLACE FUNCTION segment_not_before(p_column text, p_date text)
RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = public, pg_temp
AS $$
  SELECT format('%I >= %L::timestamptz', p_column, segment_first_moment(p_date))
$$;

CREATE OR REPLACE FUNCTION segment_not_after(p_column text, p_date text)
RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = public, pg_temp
AS $$
  -- Not '1 day': that is 23 or 25 hours in a session whose zone changes its clocks on that day.
  SELECT CASE WHEN length(p_date) = length('YYYY-MM-DD')
    THEN format('%I < %L::timestamptz + interval ''24 hours''', p_column, segment_first_moment(p_date))
    ELSE format('%I <= %L::timestamptz', p_column, segment_first_moment(p_date))
  END
$$;

COMMENT ON FUNCTION segment_first_moment(text) IS 'The first moment of a date, with its time zone.';
COMMENT ON FUNCTION segment_not_before(text, text) IS 'SQL: the column is at or after the date.';
COMMENT ON FUNCTION segment_not_after(text, text) IS 'SQL: the column is at or before the date.';
ALTER FUNCTION segment_first_moment(text) OWNER TO mailgenius_owner;
ALTER FUNCTION segment_not_before(text, text) OWNER TO mailgenius_owner;
ALTER FUNCTION segment_not_after(text, text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION segment_first_moment(text), segment_not_before(text, text), segment_not_after(text, text) FROM PUBLIC;
