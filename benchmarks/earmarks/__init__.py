"""Durable earmarks over HTTP on both stores, beside an endpoint that runs nothing but one conditional statement."""
