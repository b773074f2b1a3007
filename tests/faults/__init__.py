"""What the portal withstands: servers of their own, taken down at the worst moments (RELIABILITY 1.2, F).

Each test has a control in which the guard is off; it must fail there, or it proves nothing.
"""
