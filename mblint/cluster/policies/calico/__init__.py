"""Calico's NetworkPolicy, GlobalNetworkPolicy and Tier."""
