"""Ways to save: changes of a design, each judged by running the model again.

case                 a design with the assumptions that a change may replace
measures             one change each; cooling_, power_ and it_measures hold them
worth                what a changed case saves: energy, water, carbon, money
package              measures together, until a target is reached
ranked               all of it for one simulated design
"""
