"""The laptop's AWS: the emulator, the local model, and the few gaps that are bridged between them and AWS."""
