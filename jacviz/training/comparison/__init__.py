"""The shipped networks beside each other: `jacviz compare`."""
