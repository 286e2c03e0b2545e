"""The figures of reading: counted, protected, stored, published (DESIGN §6)."""
