"""Small files in Kohesio's layout, of invented operations."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

COLUMNS = (
    *("Operation_Unique_Identifier", "Operation_Local_Identifier", "Operation_Name_English"),
    *(
        "Operation_Name_Programme_Language",
        "Operation_Summary_English",
        "Operation_Summary_Programme_Language",
    ),
    *("Country", "CountryCode", "Operation_Start_Date", "Operation_End_Date", "Cofinancing_Rate"),
    *("Total_Eligible_Expenditure_amount", "Total_Eligible_Expenditure_Currency", "Project_EU_Budget"),
    *("Beneficiary_Unique_Identifier", "Beneficiary_Name", "Beneficiary_Local_Identifier", "Fund_Code"),
    *("Programme_Name", "Programming_Period", "Category_Of_Intervention", "Category_Label"),
    *("Latitude", "Longitude", "NUTS1_Code", "NUTS2_Code", "NUTS3_Code"),
)
ENTITY = "https://linkedopendata.eu/entity/"


def operation(**changes: str) -> dict[str, str]:
    """An operation of a cluster organisation in Uppsala; ``changes`` replace cells."""
    return {
        "Operation_Unique_Identifier": f"{ENTITY}Q101",
        "Operation_Local_Identifier": "20201234",
        "Operation_Name_English": "Growing the life science cluster",
        "Operation_Name_Programme_Language": "Life science-klustret växer",
        "Operation_Summary_English": "<p>What it is &amp; is not about.</p>",
        "Country": "Sweden",
        "CountryCode": "SE",
        "Operation_Start_Date": "04/09/2016",
        "Operation_End_Date": "31/12/2019",
        "Cofinancing_Rate": "50.0",
        "Total_Eligible_Expenditure_amount": "337478.4",
        "Total_Eligible_Expenditure_Currency": "EUR",
        "Project_EU_Budget": "168739.2",
        "Beneficiary_Unique_Identifier": f"{ENTITY}Q501",
        "Beneficiary_Name": "Life Science Cluster Uppsala",
        "Beneficiary_Local_Identifier": "2120003005",
        "Fund_Code": "ERDF",
        "Programme_Name": "Upper Middle Sweden",
        "Programming_Period": "2014-2020",
        "Category_Of_Intervention": "063.0",
        "Category_Label": "Cluster support and business networks",
        "Latitude": "59.86",
        "Longitude": "17.64",
        "NUTS1_Code": "SE1",
        "NUTS2_Code": "SE12",
        "NUTS3_Code": "SE121",
        **changes,
    }


def table(path: Path, rows: Sequence[Mapping[str, str]], columns: Sequence[str] = COLUMNS) -> Path:
    """Write the file of a country and period."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, columns, restval="", extrasaction="ignore")
        out.writeheader()
        out.writerows(rows)
    return path


def small_table(path: Path) -> Path:
    """Two operations of one beneficiary, in two funds."""
    social = {"Fund_Code": "ESF+", "Programming_Period": "2021-2027", "Operation_Start_Date": "01/02/2023"}
    return table(path, [operation(), operation(Operation_Unique_Identifier=f"{ENTITY}Q102", **social)])
