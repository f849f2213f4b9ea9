"""What must be bought: nodes, racks, fabric, storage, and the power it draws."""
