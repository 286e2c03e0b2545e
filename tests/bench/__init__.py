"""Speed and growth, against references in the same run (`make bench`); not part of the tests."""
