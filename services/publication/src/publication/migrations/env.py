from operations.migrate import run_environment
from publication.models import Base

run_environment(Base.metadata)
