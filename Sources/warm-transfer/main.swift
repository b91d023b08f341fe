print("warm-transfer")
