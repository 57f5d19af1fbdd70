"""What is asked, in what order: recipes, one row a level, and the steps that they are made of."""
