"""The plan of a team to make its challenge last: scenarios, needs, actions, what is handed over."""
