"""Operations: the verbs that the command line and the API may ask for."""
