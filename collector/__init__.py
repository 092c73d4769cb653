"""The collector: takes the signed reports of many sites, keeps them, and shows each organisation its own and no other's."""
