"""The building: climate, power chain, cooling, water, carbon, plant.

psychrometrics, weather, climate     the air outside, hour by hour
power_chain                          losses between the utility and the IT input
cooling_blocks, cooling_plants,      fans, pumps, chillers, towers, and the twelve systems
  cooling_air, cooling_result, cooling
water, carbon                        make-up water, grid and embodied carbon
building                             sizes for the peak, then every hour of the year
plant_units, plant, availability     what stands there, and how often it fails
design, notes                        the facility record
footprint                            energy, water and carbon of one training run
"""
