--! title: segment_is_date
-- Contract: whether a text is an ISO date that exists: YYYY-MM-DD, or that with T and a time to the
--   microsecond, with Z, an offset of up to 14 hours, or neither.
-- Errors: none.
-- Cost: one regular expression.
CREATE OR REPLACE FUNCTION segment_is_date(p_text text)
RETURNS boolean
LANGUAGE sql IMMUTABLE
SET search_path = public, pg_temp
AS $$
  SELECT coalesce(CASE WHEN part[1]::integer > 0 AND part[2]::integer BETWEEN 1 AND 12
    -- Counting days on from the first of the month leaves it when there is no such day.
    THEN part[3]::integer > 0
      AND date_part('month', make_date(part[1]::integer, part[2]::integer, 1) + part[3]::integer - 1)
        = part[2]::integer
  END, false)
  FROM (SELECT regexp_match(p_text, '^([0-9]{4})-([0-9]{2})-([0-9]{2})'
    '(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,6})?)?(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?)?$'
  ) AS part) AS parsed
$$;

COMMENT ON FUNCTION segment_is_date(text) IS 'Whether a text is an ISO date, with or without a time, that exists.';
ALTER FUNCTION segment_is_date(text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION segment_is_date(text) FROM PUBLIC;
