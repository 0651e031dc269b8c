CREATE FUNCTION add_items(p_names text[]) RETURNS int LANGUAGE sql AS $$
  INSERT INTO items SELECT 1000000 + n - 1, name FROM unnest(p_names) WITH ORDINALITY AS t (name, n);
  SELECT cardinality(p_names);
$$;
