"""Drawing charts as inline SVG in one house style."""
