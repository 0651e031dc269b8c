--! title: An index on the name
CREATE INDEX items_name ON items (name);
