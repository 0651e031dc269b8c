--! title: The index that helped is gone
DROP INDEX items_name;
