"""The Amazon Incentives API, the fake's side: partners and their funds, gift cards, balance loads."""
