"""Ways of computing a Jacobian, one small file each, none imported before it is asked for."""
