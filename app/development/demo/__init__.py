"""The demonstration promotion: fictional people, thirty weeks of bulletins, dates around today."""
