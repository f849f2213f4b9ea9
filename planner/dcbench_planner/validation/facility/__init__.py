"""Published PUE of real sites and other references, and how far the facility model is off on them.

`pue.csv` holds the published figures with their sources. `rows` reads them, `places` and `words`
choose climate and cooling system, `modelled` simulates them, `calibration` fits two numbers per
operator, `folds` leaves sites or operators out, `intervals` gives the 80 % interval, `prediction`
joins it all for one row, `scoreboard` puts it together for `dcbench validate facility`.
"""
