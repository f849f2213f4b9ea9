"""Choosing a site: what threatens it, how sites compare, and what a person must still check.

weights      what matters how much, as the user says
filters      sites that are out whatever they score: seismic limit, moratorium, law
risk         one site's risk score with what is unknown
candidates   every site designed with suitable cooling systems
comparison   criteria on one scale, intervals, ties, rank changes
ranking      the ranked sites
notes        what the table knows, in words
register     the five-step risk register, and the file in which a person ticks it
"""
