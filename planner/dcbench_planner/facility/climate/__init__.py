"""The air outside, hour by hour: moist air, weather, years from monthly normals or from files."""
