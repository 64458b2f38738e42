"""Qingfeng (清风): where did public money and public power go?"""

__version__ = "0.1.0"
