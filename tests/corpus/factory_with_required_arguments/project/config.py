class Testing:
    TESTING = True


config = {"testing": Testing}
