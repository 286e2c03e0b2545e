"""Speed, as ratios against bare references in the same run (`make bench`); not part of the tests."""
