"""The CDS Hooks service that an EHR calls (extra ``service``): ``pnet serve``."""
