-- Without this no right on anything in the schema is of use.
:{grant} usage on schema lastwill :{to} :{roles};
