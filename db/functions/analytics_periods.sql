--! title: analytics_periods
-- Contract: the days, weeks (from Monday) or months of p_time_zone from the one that holds p_from to the one that
--   holds p_to, without a gap: first day of each, and its first and last moments (the last excluded). p_to NULL is
--   today in that zone, p_from NULL the day 29 days before p_to.
-- Errors: 22023 another p_period, a date outside 1970 to 9999, p_to before p_from, more than 10,000 days, no time zone
--   or an unknown one.
-- Cost: none worth naming.
CREATE OR REPLACE FUNCTION analytics_periods(p_from date, p_to date, p_period text, p_time_zone text)
RETURNS TABLE (period_start date, begins_at timestamptz, ends_at timestamptz)
LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp
AS $$
DECLARE
  most     constant integer := 10000;
  earliest constant date := '1970-01-01';
  latest   constant date := '9999-12-31';
  step     interval;
  first    timestamp;
BEGIN
  IF p_period IS NULL OR p_period NOT IN ('day', 'week', 'month') THEN
    RAISE EXCEPTION 'p_period must be day, week or month' USING ERRCODE = '22023';
  ELSIF p_time_zone IS NULL THEN
    RAISE EXCEPTION 'p_time_zone is NULL' USING ERRCODE = '22023';
  END IF;
  p_to := coalesce(p_to, (now() AT TIME ZONE p_time_zone)::date);
  -- Nearer to the ends of the calendar, there is no period after the last.
  IF p_to NOT BETWEEN earliest AND latest OR p_from NOT BETWEEN earliest AND latest THEN
    RAISE EXCEPTION 'p_from and p_to must be dates within 1970 and 9999' USING ERRCODE = '22023';
  END IF;
  p_from := coalesce(p_from, p_to - 29);
  IF p_to < p_from THEN
    RAISE EXCEPTION 'p_to must not be before p_from' USING ERRCODE = '22023';
  ELSIF p_to - p_from >= most THEN
    RAISE EXCEPTION 'p_from and p_to are more than % days apart', most USING ERRCODE = '22023';
  END IF;
  step := make_interval(months => (p_period = 'month')::integer, weeks => (p_period = 'week')::integer,
                        days => (p_period = 'day')::integer);
  first := date_trunc(p_period, p_from::timestamp);
  -- Counted in local time: a day on which clocks change has 23 or 25 hours and is one period all the same.
  RETURN QUERY
  SELECT local::date, first_moment_of(local, p_time_zone), first_moment_of(local + step, p_time_zone)
  FROM generate_series(first, p_to::timestamp, step) AS local;
END
$$;

COMMENT ON FUNCTION analytics_periods(date, date, text, text) IS
  'Days, weeks or months of a time zone between two dates, without a gap.';
ALTER FUNCTION analytics_periods(date, date, text, text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION analytics_periods(date, date, text, text) FROM PUBLIC;
