"""Questionnaires that are anonymous for real: who was asked and has answered; a question's answers, of nobody."""
