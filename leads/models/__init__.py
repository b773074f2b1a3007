from leads.models.activity import Activity
from leads.models.agreement import Agreement, Commitment, LeadDefinition, Reason, Revision, ServiceLevelAgreement
from leads.models.bant import Bant
from leads.models.campaign import Campaign, Source
from leads.models.clock import Breach, Clock, ClockPause, TimeRequest
from leads.models.column_tally import ColumnTally
from leads.models.company import Company
from leads.models.custom_field import CustomField
from leads.models.external_id import ExternalId
from leads.models.handoff import Handoff
from leads.models.intake import Import, ImportRow, RefusedRow, SavedMapping
from leads.models.kept_promises import KeptPromises
from leads.models.lead import Lead
from leads.models.note import Note, Thanks
from leads.models.opportunity import JoinedLead, Opportunity
from leads.models.qualification import Qualification
from leads.models.rotation import Rotation
from leads.models.saved_view import CardPosition, SavedView

__all__ = [
    "Activity",
    "Agreement",
    "Bant",
    "Breach",
    "Campaign",
    "CardPosition",
    "Clock",
    "ClockPause",
    "ColumnTally",
    "Commitment",
    "Company",
    "CustomField",
    "ExternalId",
    "Handoff",
    "Import",
    "ImportRow",
    "JoinedLead",
    "KeptPromises",
    "Lead",
    "LeadDefinition",
    "Note",
    "Opportunity",
    "Qualification",
    "Reason",
    "RefusedRow",
    "Revision",
    "Rotation",
    "SavedMapping",
    "SavedView",
    "ServiceLevelAgreement",
    "Source",
    "Thanks",
    "TimeRequest",
]
