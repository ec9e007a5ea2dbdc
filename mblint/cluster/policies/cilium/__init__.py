"""CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy."""
