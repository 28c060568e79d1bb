"""What got stuck goes on, once its cause is repaired: dead letters, quarantined records, a batch's datasets."""
