"""Waivers: authorised permission, for some time, to stand or go beyond a limit. They never hide a breach, and lapse by themselves."""
