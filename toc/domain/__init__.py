"""The rules, pure: frozen values in, values out; no request, no table, no clock, no chance."""
