"""What is stored of supply and demand. Django finds every model here."""

from luodi.web.docking.models.market import (
    COMPANY,
    FILE,
    OFFICERS,
    STAFF,
    Asked,
    Capability,
    CapitalNeed,
    Demand,
    InvestorProfile,
    Match,
    Offer,
    ParkOffer,
    Posted,
    Side,
    Visibility,
)
from luodi.web.docking.models.meetings import Meeting, Pairing, Session
from luodi.web.docking.models.pilots import DemonstrationProject, Pilot, PilotTest, Replication

__all__ = [
    "COMPANY",
    "FILE",
    "OFFICERS",
    "STAFF",
    "Asked",
    "Capability",
    "CapitalNeed",
    "Demand",
    "DemonstrationProject",
    "InvestorProfile",
    "Match",
    "Meeting",
    "Offer",
    "Pairing",
    "ParkOffer",
    "Pilot",
    "PilotTest",
    "Posted",
    "Replication",
    "Session",
    "Side",
    "Visibility",
]
