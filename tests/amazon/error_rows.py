"""Each row of Amazon's error tables with what it means to us; both sides of the wire are tested with them."""

from redeem_app.domain.ports import DeliveryProblem, SignInProblem

# Login with Amazon: error, description, HTTP status, our problem.
AUTHORIZE_ROWS = [
    ("access_denied", "Access not permitted.", SignInProblem.REFUSED),
    ("access_denied", "Access+not+permitted.", SignInProblem.REFUSED),
    ("invalid_atn_token", "", SignInProblem.LOST),
    ("invalid_scope", "An unknown scope was requested", SignInProblem.MISCONFIGURED),
    ("invalid_request", "", SignInProblem.MISCONFIGURED),
    ("unauthorized_client", "", SignInProblem.MISCONFIGURED),
    ("unsupported_response_type", "", SignInProblem.MISCONFIGURED),
    ("server_error", "", SignInProblem.UNAVAILABLE),
    ("temporarily_unavailable", "", SignInProblem.UNAVAILABLE),
    ("something_new", "", SignInProblem.UNAVAILABLE),
    ("something_new", "Access not permitted.", SignInProblem.REFUSED),
]
TOKEN_ROWS = [
    ("invalid_request", "The request has an invalid parameter : code", 400, SignInProblem.LOST),
    ("invalid_request", "The request is missing a required parameter : code", 400, SignInProblem.MISCONFIGURED),
    ("invalid_request", "The request has an invalid parameter : client_id", 400, SignInProblem.MISCONFIGURED),
    ("invalid_client", "Client authentication failed", 401, SignInProblem.MISCONFIGURED),
    ("invalid_grant", "The request has an invalid grant parameter : code", 400, SignInProblem.LOST),
    ("unauthorized_client", "", 400, SignInProblem.MISCONFIGURED),
    ("unsupported_grant_type", "", 400, SignInProblem.MISCONFIGURED),
    ("invalid_scope", "", 400, SignInProblem.MISCONFIGURED),
    ("ServerError", "", 500, SignInProblem.UNAVAILABLE),
    ("ServerError", "", 400, SignInProblem.UNAVAILABLE),
    ("something_new", "", 400, SignInProblem.UNAVAILABLE),
]
TOKEN_INFO_ROWS = [
    ("invalid_token", "The request has an invalid parameter : access_token", 400, SignInProblem.LOST),
    ("invalid_request", "", 400, SignInProblem.LOST),
    ("ServerError", "", 500, SignInProblem.UNAVAILABLE),
]
PROFILE_ROWS = [
    *TOKEN_INFO_ROWS,
    ("insufficient_scope", "", 401, SignInProblem.MISCONFIGURED),
]


P = DeliveryProblem

# Every error of the Incentives API: class, name, our problem, settled. Triggers of the sandbox first.
DELIVERY_ROWS = [
    ("F100", "GeneralError", P.TEMPORARY, False),
    ("F200", "InvalidRequestInput", P.INVALID, True),
    ("F200", "InvalidCardNumberInput", P.INVALID, True),
    ("F200", "InvalidPartnerIdInput", P.INVALID, True),
    ("F200", "InvalidAmountInput", P.INVALID, True),
    ("F200", "InvalidAmountValue", P.INVALID, True),
    ("F200", "InvalidCurrencyCodeInput", P.INVALID, True),
    ("F200", "CardAlreadyActivatedWithDifferentRequestId", P.INVALID, True),
    ("F200", "CardActivatedWithDifferentRequestId", P.INVALID, True),
    ("F200", "MaxAmountExceeded", P.INVALID, True),
    ("F200", "CurrencyCodeMismatch", P.INVALID, True),
    ("F200", "FractionalAmountNotAllowed", P.INVALID, True),
    ("F200", "CancelRequestArrivedAfterTimeLimit", P.INVALID, True),
    ("F300", "InsufficientFunds", P.FUNDS_LOW, True),
    ("F300", "GeneralError", P.PARTNER_BLOCKED, True),
    ("F300", "AccountHasProblems", P.PARTNER_BLOCKED, True),
    ("F300", "CustomerSurpassedDailyVelocityLimit", P.FUNDS_LOW, True),
    ("F400", "SystemTemporarilyUnavailable", P.TEMPORARY, False),
    ("F500", "GeneralError", P.TEMPORARY, False),
    # Further names that clients know.
    ("F200", "InvalidRequestIdInput", P.INVALID, True),
    ("F200", "CardNotFound", P.INVALID, True),
    ("F200", "RequestedDenominationMismatch", P.INVALID, False),
    ("F200", "NegativeOrZeroAmount", P.INVALID, True),
    ("F200", "GcNotReadyForRefund", P.INVALID, True),
    ("F200", "RequestIdTooLong", P.INVALID, True),
    ("F200", "RequestIdMustStartWithPartnerName", P.INVALID, True),
    ("F200", "InvalidGCIdInput", P.INVALID, True),
    ("F200", "InvalidCurrencyInMarketplace", P.INVALID, True),
    ("F200", "AmountBelowMinThreshold", P.INVALID, True),
    ("F200", "ExternalReferenceTooLong", P.INVALID, True),
    ("F200", "ProgramIdNotPresent", P.PARTNER_BLOCKED, True),
    ("F300", "UnknownCustomer", P.PARTNER_BLOCKED, True),
    ("F300", "InvalidAwsAccessKeyId", P.PARTNER_BLOCKED, True),
    ("F300", "BlockedCustomer", P.PARTNER_BLOCKED, True),
    ("F300", "IssuanceCapExceeded", P.FUNDS_LOW, True),
    ("F300", "OperationNotPermitted", P.PARTNER_BLOCKED, True),
    ("F300", "BadInput", P.INVALID, True),
    ("F300", "ActiveContractNotFound", P.PARTNER_BLOCKED, True),
    ("F300", "CustomerAccountBlocked", P.PARTNER_BLOCKED, True),
    ("F300", "InvalidProgramId", P.PARTNER_BLOCKED, True),
    ("F300", "ProgramIsNotApproved", P.PARTNER_BLOCKED, True),
    ("F300", "AccessDenied", P.PARTNER_BLOCKED, True),
    # Names that Amazon may add: their class decides.
    ("F100", "SomethingNew", P.TEMPORARY, False),
    ("F200", "SomethingNew", P.INVALID, True),
    ("F300", "SomethingNew", P.PARTNER_BLOCKED, True),
    ("F400", "SomethingNew", P.TEMPORARY, False),
    ("F500", "SomethingNew", P.TEMPORARY, False),
    ("F900", "SomethingNew", P.TEMPORARY, False),
]

ABOUT_THE_PERSON = {"UnknownCustomer", "BlockedCustomer", "CustomerAccountBlocked"}
