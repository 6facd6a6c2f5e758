"""Reading a folder of tables into a plan (pure), and sending the plan."""
