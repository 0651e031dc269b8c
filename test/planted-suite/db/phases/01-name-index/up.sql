--! title: An index on what is looked for
CREATE INDEX items_name ON items (name);
