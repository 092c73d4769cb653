"""From kept parcels to what pages show: rows are derived, and can be made again from what is kept."""
