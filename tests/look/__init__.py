"""What is made and measured about the look of the product, by a command of its own each."""
