--! title: first_moment_of
-- Contract: the first moment at which clocks of p_time_zone show p_local. Where they go back over it they show it
--   twice, and AT TIME ZONE gives the second; where they skip it, the moment at which they do.
-- Errors: 22023 an unknown time zone.
-- Cost: none worth naming.
CREATE OR REPLACE FUNCTION first_moment_of(p_local timestamp, p_time_zone text)
RETURNS timestamptz
LANGUAGE sql IMMUTABLE
SET search_path = public, pg_temp
AS $$
  SELECT CASE WHEN earlier AT TIME ZONE p_time_zone = p_local THEN least(earlier, usual) ELSE usual END
  FROM (SELECT p_local AT TIME ZONE p_time_zone AS usual) AS given,
       LATERAL (SELECT usual - interval '24 hours' AS moment) AS day_before,
       -- With the offset of the day before: the one of the first time, when there are two.
       LATERAL (SELECT (p_local - (moment AT TIME ZONE p_time_zone - moment AT TIME ZONE 'UTC')) AT TIME ZONE 'UTC'
                  AS earlier) AS other
$$;

COMMENT ON FUNCTION first_moment_of(timestamp, text) IS 'The first moment at which clocks of a time zone show a time.';
ALTER FUNCTION first_moment_of(timestamp, text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION first_moment_of(timestamp, text) FROM PUBLIC;
