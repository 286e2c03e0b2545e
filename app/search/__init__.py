"""One index over what members wrote: finding it again, what others met before, taking it along as a file."""
